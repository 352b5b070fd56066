import dataclasses
import email
import email.policy
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.accounts.actors import COMMAND
from backend.delivery import channels, mail
from backend.foundation.errors import BadInput
from config.settings import Settings, SettingsError
from tests.integration.delivery.receivers import MailServer, listening

ADDRESS = "desk@bureau.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def configure(app, settings, monkeypatch):
    """Point Chati at a mail server: `configure(server, smtp_security="none")`."""

    def configure(server, **more):
        values = {"smtp_host": "localhost", "smtp_port": server.port, "smtp_from": "news@chati.example"} | more
        monkeypatch.setitem(app.config, "CHATI", dataclasses.replace(settings, **values))
        channels.register("email", mail.send)

    return configure


@pytest.fixture
def server(office, configure):
    """A mail server without encryption, and a bureau with a mailbox."""
    mail.set_mailbox("CQ", ADDRESS, by=COMMAND)
    with listening(MailServer()) as server:
        configure(server, smtp_security="none")
        yield server


@pytest.fixture
def promise(office):
    """Enqueue a mail: `promise()`."""
    return lambda: office.promise("a", channel="email", target="CQ")


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_arrives_with_its_words(server, promise, office):
    promise()
    office.work()
    (kept,) = server.mails
    letter = read(kept["raw"])
    assert kept["to"].startswith(f"TO:<{ADDRESS}>")
    assert letter["Subject"] == "【查梯】反映已收到"
    assert letter["To"] == ADDRESS
    assert "261123-482913" in letter.get_content()
    assert office.stored("a")["state"] == "sent"


def test_a_second_attempt_has_the_same_message_id(server, promise, office):
    promise()
    office.work()
    office.db["outbox"].update_one({}, {"$set": {"state": "pending"}})
    office.work()
    first, second = (read(kept["raw"])["Message-ID"] for kept in server.mails)
    assert first == second == f"<{office.stored('a')['_id']}@chati.example>"


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("RCPT 550 no such mailbox", "undeliverable"),
        ("RCPT 450 mailbox busy", "pending"),
        ("MAIL 550 sender refused", "failed"),
        ("MAIL 451 try later", "pending"),
        ("DATA 554 refused", "failed"),
        ("DATA 452 full", "pending"),
        ("EHLO 421 going down", "pending"),
    ],
)
def test_what_the_server_answers_decides(reply, state, server, promise, office):
    command, _, answer = reply.partition(" ")
    server.refusals[command] = answer
    promise()
    office.work()
    assert office.stored("a")["state"] == state
    assert server.mails == []


def test_a_server_that_is_down_is_tried_again(office, configure, promise):
    mail.set_mailbox("CQ", ADDRESS, by=COMMAND)
    with listening(MailServer()) as server:
        configure(server, smtp_security="none")
    promise()
    office.work()
    assert office.stored("a")["state"] == "pending"


def test_mail_goes_encrypted_and_signed_in(office, configure, promise, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail.set_mailbox("CQ", ADDRESS, by=COMMAND)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with listening(MailServer(tls, account=("chati", "word"))) as server:
        configure(server, smtp_user="chati", smtp_password="word")
        promise()
        office.work()
    (kept,) = server.mails
    assert kept["secure"]
    assert kept["signed_in"]


def test_a_server_with_a_false_certificate_gets_nothing(office, configure, promise, certificate):
    mail.set_mailbox("CQ", ADDRESS, by=COMMAND)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with listening(MailServer(tls)) as server:
        configure(server)
        promise()
        office.work()
    assert server.mails == []
    assert office.stored("a")["error"] == "SSLCertVerificationError"


def test_a_server_that_cannot_encrypt_gets_nothing_and_a_person_is_told(server, office, configure, promise):
    configure(server)
    promise()
    office.work()
    assert server.mails == []
    assert office.stored("a")["state"] == "failed"


def test_a_wrong_password_is_told_to_a_person(server, office, configure, promise):
    server.account = ("chati", "word")
    configure(server, smtp_security="none", smtp_user="chati", smtp_password="wrong")
    promise()
    office.work()
    assert (office.stored("a")["state"], office.stored("a")["error"]) == ("failed", "SMTP 535")


def test_whoever_has_no_mailbox_is_not_an_error(server, office, promise):
    mail.remove_mailbox("CQ", by=COMMAND)
    promise()
    office.work()
    assert office.stored("a")["state"] == "undeliverable"


def test_an_address_is_not_stored_readably(office):
    mail.set_mailbox("CQ", ADDRESS, by=COMMAND)
    assert "bureau.example" not in str(office.db["mailboxes"].find_one())


@pytest.mark.parametrize(
    "address", ["", "desk", "desk@bureau", "a@b.c\r\nBcc: x@y.z", "a@b.example,c@d.example", "x" * 250 + "@b.example"]
)
def test_an_address_of_the_wrong_form_is_refused(address, office):
    with pytest.raises(BadInput) as refused:
        mail.set_mailbox("CQ", address, by=COMMAND)
    assert "address" in refused.value.fields
    assert office.db["mailboxes"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"smtp_from": ""}, "CHATI_SMTP_FROM"),
        ({"smtp_from": "news"}, "CHATI_SMTP_FROM"),
        ({"smtp_security": "ssl"}, "CHATI_SMTP_SECURITY"),
    ],
)
def test_mail_configured_by_halves_stops_the_start_and_names_the_setting(values, named):
    settings = Settings(**({"smtp_host": "mail.example", "smtp_from": "news@chati.example"} | values))
    with pytest.raises(SettingsError, match=named):
        mail.is_configured(settings)


def test_without_a_mail_server_mail_waits_and_is_seen(office, promise):
    promise()
    office.work()
    assert (office.stored("a")["state"], office.stored("a")["attempts"]) == ("pending", 0)


def test_sixty_days_later_the_mail_still_has_its_own_date(server, promise, office):
    promise()
    office.wait(timedelta(days=60).total_seconds())
    office.work()
    assert read(server.mails[0]["raw"])["Date"].startswith("Mon, 23 Nov 2026")
