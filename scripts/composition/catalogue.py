"""Catalogue of contexts, a line each."""

from collections.abc import Iterable
from typing import Protocol

from scripts.composition.billing import BillingContext
from scripts.composition.documents import DocumentsContext
from scripts.composition.generations import GenerationsContext
from scripts.composition.identity import IdentityContext
from scripts.composition.kernel import Kernel
from scripts.composition.llm import LlmContext
from scripts.composition.module import Module
from scripts.composition.operate import OperateContext
from scripts.composition.pipelines import PipelinesContext


class Context(Protocol):
    def module(self) -> Module: ...


class Contexts:
    """Each context comes after its dependencies; API documents list routes in this order."""

    def __init__(self, kernel: Kernel) -> None:
        self.billing = BillingContext(kernel)
        self.llm = LlmContext(kernel)
        self.documents = DocumentsContext(kernel)
        self.pipelines = PipelinesContext(kernel, self.documents, self.billing, self.llm)
        self.generations = GenerationsContext(kernel, self.billing, self.llm)
        self.identity = IdentityContext(kernel, self.billing, self.llm)
        self.operate = OperateContext(kernel, self.identity)

    def modules(self) -> tuple[Module, ...]:
        contexts: Iterable[Context] = vars(self).values()
        return tuple(context.module() for context in contexts)
