"""What people ask of casework, one file for each idea. `carrying_out.py` says which function carries out which command."""
