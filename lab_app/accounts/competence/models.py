"""What makes a person competent, and what shows it (6.2.2, 6.2.3, 6.2.5): functions with their criteria, qualifications, training,
observed work, monitoring, and whether an authorisation carries over to a new version of a method.

Facts with a day carry `recorded_at` too. What was seen on a day is written once; a change of mind is a further row.
"""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Authorisation, Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime, stamp

#: What criteria of a function speak of (6.2.2), in their order.
CRITERIA = ("education", "training", "knowledge", "skill", "experience")


@audited("lab-function")
class LabFunction(Record):
    """A function that influences results (6.2.2). `tasks`: the tasks of `Authorisation.TASKS` that its holders may be authorised for."""

    __tablename__ = "lab_function"

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    title_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    tasks: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    recorded_at: Mapped[datetime] = stamp()

    editions: Mapped[list[CompetenceCriteria]] = relationship(back_populates="function", order_by="CompetenceCriteria.edition")


@audited("competence-criteria", code=lambda row: str(row.edition), parent=("lab-function", "function_id"))
class CompetenceCriteria(Record):
    """One edition of a function's criteria. It counts from `effective_from` on, for who asks after `approved_at`; then it stands."""

    __tablename__ = "competence_criteria"
    __table_args__ = (UniqueConstraint("function_id", "edition"),)

    function_id: Mapped[int] = mapped_column(ForeignKey("lab_function.id"), nullable=False)
    edition: Mapped[int] = mapped_column(Integer, nullable=False)
    education: Mapped[str] = mapped_column(Text, nullable=False, default="")
    training: Mapped[str] = mapped_column(Text, nullable=False, default="")
    knowledge: Mapped[str] = mapped_column(Text, nullable=False, default="")
    skill: Mapped[str] = mapped_column(Text, nullable=False, default="")
    experience: Mapped[str] = mapped_column(Text, nullable=False, default="")
    change_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()
    effective_from: Mapped[date | None] = mapped_column()
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    function: Mapped[LabFunction] = relationship(back_populates="editions")
    prepared_by: Mapped[Person | None] = relationship(foreign_keys=[prepared_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    def asked(self) -> list[str]:
        """The criteria that say something, in their order."""
        return [name for name in CRITERIA if getattr(self, name)]


@audited("function-grant", code=lambda row: row.function.code if row.function else "", parent=("person", "person_id"))
class FunctionGrant(Record):
    """A person holds a function from a day on; `met` says for each criterion of the edition judged by how it is met (6.2.3)."""

    __tablename__ = "function_grant"
    __table_args__ = (Index("ix_function_grant_person", "person_id", "function_id"), Index("ix_function_grant_function", "function_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    function_id: Mapped[int] = mapped_column(ForeignKey("lab_function.id"), nullable=False)
    criteria_id: Mapped[int | None] = mapped_column(ForeignKey("competence_criteria.id"))
    valid_from: Mapped[date] = mapped_column(nullable=False)
    met: Mapped[dict[str, str]] = mapped_column(JsonText, nullable=False, default=dict)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = stamp()
    ended_on: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    function: Mapped[LabFunction] = relationship()
    criteria: Mapped[CompetenceCriteria | None] = relationship()
    granted_by: Mapped[Person] = relationship(foreign_keys=[granted_by_id])


@audited("qualification", code="title", parent=("person", "person_id"))
class Qualification(Record):
    """A degree, a certificate, experience or a curriculum vitae of a person; its paper hangs on it as a file. Struck out with a reason."""

    __tablename__ = "qualification"
    __table_args__ = (Index("ix_qualification_person", "person_id"),)

    KINDS = ("education", "certificate", "experience", "cv")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    issuer: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    day: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date | None] = mapped_column()
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    struck_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])


@audited("training", code="title", parent=("person", "person_id"))
class Training(Record):
    """Training of a person from its plan to the judgement whether it worked (6.2.5 c). States: `competence.workflow.TRAINING`."""

    __tablename__ = "training"
    __table_args__ = (Index("ix_training_person", "person_id"), Index("ix_training_status_planned", "status", "planned_on"))

    KINDS = ("induction", "internal", "external", "coaching", "self-study")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    method_code: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    need: Mapped[str] = mapped_column(Text, nullable=False, default="")
    provider: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    planned_on: Mapped[date] = mapped_column(nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="planned")
    done_on: Mapped[date | None] = mapped_column()
    done_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(Text, nullable=False, default="")
    evaluated_on: Mapped[date | None] = mapped_column()
    evaluated_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evaluated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evaluation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    evaluated_by: Mapped[Person | None] = relationship(foreign_keys=[evaluated_by_id])
    planned_by: Mapped[Person | None] = relationship(foreign_keys=[planned_by_id])


@audited("competence-observation", code="method_code", parent=("person", "person_id"))
class Observation(Kept):
    """Work that somebody competent saw on a day: supervised, a witnessed test, an evaluation (6.2.5 d, e). Written once."""

    __tablename__ = "competence_observation"
    __table_args__ = (Index("ix_competence_observation_person", "person_id", "method_code"),)

    KINDS = ("supervised", "witnessed", "evaluation")
    OUTCOMES = ("passed", "failed")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    job_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    day: Mapped[date] = mapped_column(nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    outcome: Mapped[str] = mapped_column(String(20), nullable=False)
    observed: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


@audited("competence-monitoring", code=lambda row: str(row.day), parent=("authorisation", "authorisation_id"))
class Monitoring(Kept):
    """The plan of monitoring an authorisation, and each time it was done (6.2.5 f). Written once; the newest by (day, id) counts.

    `kind`: plan or check. `due_on`: the last day on which the authorisation holds without a further check; after an
    unsatisfactory one the day before it, so that the authorisation rests at once. None: monitoring is not asked (with the reason).
    """

    __tablename__ = "competence_monitoring"
    __table_args__ = (Index("ix_competence_monitoring_newest", "authorisation_id", "day", "id"),)

    WAYS = ("witnessed", "records", "retest", "proficiency", "interview")

    authorisation_id: Mapped[int] = mapped_column(ForeignKey("authorisation.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    day: Mapped[date] = mapped_column(nullable=False)
    months: Mapped[int] = mapped_column(Integer, nullable=False)
    due_on: Mapped[date] = mapped_column(nullable=False)
    outcome: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    way: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    findings: Mapped[str] = mapped_column(Text, nullable=False, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()

    authorisation: Mapped[Authorisation] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class VersionQuestion(Kept):
    """Does this authorisation carry over to this version of its method? Asked when the version was approved. No key upward: the version
    is named by its row's number in the room of methods, and by its label."""

    __tablename__ = "version_question"
    __table_args__ = (UniqueConstraint("authorisation_id", "version_id"), Index("ix_version_question_version", "version_id"))

    authorisation_id: Mapped[int] = mapped_column(ForeignKey("authorisation.id"), nullable=False)
    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    version_id: Mapped[int] = mapped_column(Integer, nullable=False)
    label: Mapped[str] = mapped_column(String(40), nullable=False)
    change_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    effective_from: Mapped[date] = mapped_column(nullable=False)
    recorded_at: Mapped[datetime] = stamp()

    authorisation: Mapped[Authorisation] = relationship()
    answers: Mapped[list[VersionAnswer]] = relationship(back_populates="question", order_by="VersionAnswer.id")


@audited("version-answer", code=lambda row: row.answer, parent=lambda row: ("authorisation", row.question.authorisation_id))
class VersionAnswer(Kept):
    """The answer, from a day on; training asked for is answered again when it was given. The newest that covers the day counts."""

    __tablename__ = "version_answer"
    __table_args__ = (Index("ix_version_answer_question", "question_id", "id"),)

    ANSWERS = ("carried", "training")

    question_id: Mapped[int] = mapped_column(ForeignKey("version_question.id"), nullable=False)
    answer: Mapped[str] = mapped_column(String(20), nullable=False)
    from_day: Mapped[date] = mapped_column(nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    question: Mapped[VersionQuestion] = relationship(back_populates="answers")
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
