"""What a container's health check runs: `health.py live`, or `health.py ready`. Exit status 0 is healthy."""

import sys
from http.client import HTTPConnection, HTTPException

PORT = 8000
ANSWER_WITHIN_S = 4


def healthy(kind: str) -> bool:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", f"/health/{kind}")
        answer = connection.getresponse()
        print(answer.read().decode())
    except (OSError, HTTPException) as error:
        print(f"does not answer: {type(error).__name__}")
        return False
    return answer.status == 200


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1]))
