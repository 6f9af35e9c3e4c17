from pydantic import BaseModel, Field


class Order(BaseModel):
    code: str = Field(pattern="^[A-Z]{3}$", max_length=3)
    count: int = Field(ge=1, le=100)
