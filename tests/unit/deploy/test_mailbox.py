from deploy.cli.mailbox import USUAL_PORT, hint, mailbox
from deploy.ports import free_ports
from services.notification.settings import NotificationSettings


def test_where_a_mail_server_listens_there_is_no_hint():
    with mailbox() as box:
        assert hint(box.environment) is None


def test_where_none_listens_the_hint_names_the_address_and_the_setting():
    (port,) = free_ports(1)

    said = hint({"NOTIFICATION_SMTP_PORT": str(port)})

    assert said is not None
    assert said.startswith(f"no mail server listens at 127.0.0.1:{port}: letters wait")
    assert "NOTIFICATION_SMTP_HOST" in said


def test_the_usual_port_is_notifications_own():
    assert NotificationSettings.model_fields["smtp_port"].default == USUAL_PORT
