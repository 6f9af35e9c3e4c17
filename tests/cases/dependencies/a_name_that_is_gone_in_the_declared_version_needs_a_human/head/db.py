import numpy as np
from pydantic import BaseModel, BaseSettings, validator
from sqlalchemy import MetaData, create_engine

engine = create_engine("sqlite://")
meta = MetaData(bind=engine)


class User(BaseModel):
    name: str


def show(user: User):
    engine.execute("select 1")
    return user.dict(), np.float_(1)
