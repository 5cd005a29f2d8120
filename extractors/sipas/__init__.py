"""SIPAS: the Ministry of Home Affairs' index of citizens' satisfaction, as provinces report it."""

from extractors.sipas.documents import read_department_answer, read_provincial_plan

__all__ = ["read_department_answer", "read_provincial_plan"]
