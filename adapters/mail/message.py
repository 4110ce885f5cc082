"""A mail as RFC 5322 wants it."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from application.mail.mail import Mail


def message_of(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer to this
    message.set_content(mail.text)
    return message
