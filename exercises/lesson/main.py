"""The lesson's server: uvicorn exercises.lesson.main:app --reload

Each page of the lesson has its endpoints in a file of its own; this one puts them together.
"""

from fastapi import FastAPI

from exercises.lesson import arguments, events, first, patterns, pipeline, risky, tasks, upload

app = FastAPI(title="Background tasks, the lesson")

for page in (first, tasks, arguments, risky, pipeline, patterns, upload, events):
    app.include_router(page.router)
