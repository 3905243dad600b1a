"""``python -m cleanclaim`` is ``cleanclaim``."""

from cleanclaim.cli import main

if __name__ == "__main__":
    main(prog_name="cleanclaim")
