"""Google's own client for Python, unmodified, against the address in the first argument."""
import json
import sys

import httplib2
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

base, discovery_path, client_id, client_secret, refresh_token = sys.argv[1:6]
with open(discovery_path, encoding="utf8") as file:
    document = json.load(file)
document["rootUrl"] = base + "/"
document["baseUrl"] = base + "/calendar/v3/"
document.pop("mtlsRootUrl", None)

credentials = Credentials(
    None,
    refresh_token=refresh_token,
    token_uri=base + "/token",
    client_id=client_id,
    client_secret=client_secret,
)
service = build_from_document(document, http=AuthorizedHttp(credentials, http=httplib2.Http()))
said = {}


def event(hour):
    return {
        "summary": "Appointment",
        "start": {"dateTime": "2031-05-05T%02d:00:00Z" % hour, "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2031-05-05T%02d:00:00Z" % (hour + 1), "timeZone": "Europe/Berlin"},
    }


events = service.events()
ids = [events.insert(calendarId="primary", body=event(hour)).execute()["id"] for hour in range(5)]
patched = events.patch(calendarId="primary", eventId=ids[0], body={"summary": "Patched"}).execute()
said["patched"] = patched["summary"]

listed = []
request = events.list(calendarId="primary", maxResults=2)
while request is not None:
    page = request.execute()
    listed += [item["id"] for item in page["items"]]
    request = events.list_next(request, page)
said["paged"] = listed == ids

events.delete(calendarId="primary", eventId=ids[1]).execute()
try:
    events.delete(calendarId="primary", eventId=ids[1]).execute()
except HttpError as error:
    said["twice"] = error.resp.status

busy = service.freebusy().query(
    body={
        "timeMin": "2031-05-05T00:00:00Z",
        "timeMax": "2031-05-06T00:00:00Z",
        "items": [{"id": "primary"}],
    }
).execute()
said["busy"] = busy["calendars"]["primary"]["busy"]

channel = events.watch(
    calendarId="primary",
    body={"id": "python-1", "type": "web_hook", "address": "https://app.example/hook"},
).execute()
said["channel"] = channel["kind"]
service.channels().stop(body={"id": "python-1", "resourceId": channel["resourceId"]}).execute()

answers = []
batch = service.new_batch_http_request(callback=lambda _id, answer, error: answers.append(answer or error.resp.status))
batch.add(events.get(calendarId="primary", eventId=ids[0]))
batch.add(events.get(calendarId="primary", eventId="nobody"))
batch.execute()
said["batch"] = [answers[0]["summary"], int(answers[1])]
print(json.dumps(said))
