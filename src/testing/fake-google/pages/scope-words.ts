const PREFIX = 'https://www.googleapis.com/auth/'

const WORDS: Readonly<Record<string, string>> = {
  openid: 'Know which Google Account you signed in with',
  email: 'See the e-mail address of your Google Account',
  profile: 'See your name and picture',
  'userinfo.email': 'See the e-mail address of your Google Account',
  'userinfo.profile': 'See your name and picture',
  calendar: 'See, change, share and delete all calendars you can reach',
  'calendar.readonly': 'See all calendars you can reach, and their events',
  'calendar.events': 'See, add, change and delete events in all your calendars',
  'calendar.events.readonly': 'See events in all your calendars',
  'calendar.events.owned': 'See, add, change and delete events in the calendars you own',
  'calendar.events.owned.readonly': 'See events in the calendars you own',
  'calendar.events.freebusy': 'See when you are free or busy',
  'calendar.freebusy': 'See when you are free or busy',
  'calendar.app.created': 'Make new calendars of its own, and see, change and delete the events in them',
  'calendar.calendarlist': 'See, add and remove calendars of your list',
  'calendar.calendarlist.readonly': 'See the list of your calendars',
  'calendar.settings.readonly': 'See your calendar settings',
}

/** What a scope allows, for somebody who is asked for it; undefined for one that has no words here. */
export function scopeInWords(scope: string): string | undefined {
  return WORDS[scope.startsWith(PREFIX) ? scope.slice(PREFIX.length) : scope]
}
