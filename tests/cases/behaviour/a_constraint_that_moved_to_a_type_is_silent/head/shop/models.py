from pydantic import BaseModel, Field

Code = Annotated[str, Field(pattern="^[A-Z]{3}$", max_length=3)]


class Order(BaseModel):
    code: Code
    count: int = Field(ge=1, le=100)
