"""How often one may try. Keys: the visitor's address, the e-mail, the account.

A hall full of people shares one address, so limits by address are wide; limits by e-mail are what
slows guessing (NIST SP 800-63B-4, section 3.2.2, allows 100 failures in a row). Attempts that went
well are given back.
"""

from netcard.web.limits import Limit

MINUTES, HOUR, DAY = 900, 3600, 86_400

SIGN_IN_FROM = Limit("sign-in from", 100, MINUTES)
SIGN_IN_AS = Limit("sign-in as", 20, MINUTES)
SIGN_UP_FROM = Limit("sign-up from", 60, HOUR)
RESET_FROM = Limit("reset from", 30, HOUR)
RESET_OF = Limit("reset of", 5, HOUR)
CHOOSE_FROM = Limit("choose password from", 30, HOUR)
CONFIRM = Limit("confirm by password", 10, MINUTES)
VERIFY_MAIL = Limit("verification mail", 5, HOUR)
INVITE = Limit("invitation", 20, DAY)
APP_PASSWORD = Limit("app password", 20, HOUR)
