"""Billing context: commands on ledgers, and their balances."""

from application.billing.ledgers import Ledgers
from projections.billing.ledgers import LedgerQueries
from scripts.composition.kernel import Kernel
from scripts.composition.module import Module


class BillingContext:
    def __init__(self, kernel: Kernel) -> None:
        self.ledgers = Ledgers(transactions=kernel.transactions, clock=kernel.clock)
        self.balances = LedgerQueries(kernel.select)

    def module(self) -> Module:
        return Module()
