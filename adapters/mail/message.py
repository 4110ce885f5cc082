"""Conversion of a mail to an e-mail message (RFC 5322)."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from application.mail.mail import Mail


def to_email_message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies
    message.set_content(mail.text)
    return message
