# The same figures by pandas, on one thread: sessions by school, year group, groups, week and weekday,
# and persistent absence from pupils' own year. Prints one line of JSON.
# Usage: python3 attendance_pandas.py FILE [ROUNDS]
import json
import os
import sys
import time

import pandas as pd

file, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
MEANINGS = {
    "attended": ["/", "\\", "L", "V", "B", "K", "P", "W"],
    "authorised": ["I", "M", "C", "C1", "C2", "E", "J1", "R", "S", "T"],
    "unauthorised": ["O", "G", "N", "U"],
    "late": ["L", "U"],
}


def read():
    marks = pd.read_csv(
        file,
        dtype={"urn": "int32", "pupil_id": "category", "year_group": "category",
               "pupil_premium": "category", "sen": "category", "date": "category",
               "session": "category", "mark": "category"},
    )
    for name, codes in MEANINGS.items():
        marks[name] = marks["mark"].isin(codes)
    parts = list(MEANINGS)
    days = pd.to_datetime(marks["date"].cat.categories)
    codes = marks["date"].cat.codes.to_numpy()
    marks["week"] = (days - pd.to_timedelta(days.weekday, unit="D")).to_numpy()[codes]
    marks["weekday"] = days.weekday.to_numpy()[codes]
    of = ["urn", "pupil_id", "year_group", "pupil_premium", "sen"]
    pupils = marks.groupby(of, observed=True)[parts].sum().reset_index()
    for group in (["urn"], ["urn", "year_group"], ["urn", "pupil_premium"], ["urn", "sen"]):
        pupils.groupby(group, observed=True)[parts].sum()
    marks.groupby(["urn", "week"])[parts].sum()
    marks.groupby(["urn", "weekday"])[parts].sum()
    absent = pupils["authorised"] + pupils["unauthorised"]
    return int((absent * 10 >= pupils["attended"] + absent).sum())


seconds = []
cpu = []
persistent = 0
for _ in range(rounds):
    start = time.perf_counter()
    used = time.process_time()
    persistent = read()
    seconds.append(time.perf_counter() - start)
    cpu.append(time.process_time() - used)
mb = os.path.getsize(file) / 1e6


def rate(all_seconds):
    return round(mb / sorted(all_seconds)[len(all_seconds) // 2], 1)


print(json.dumps({"persistent": persistent, "mb_per_s": rate(seconds), "mb_per_cpu_s": rate(cpu)}))
