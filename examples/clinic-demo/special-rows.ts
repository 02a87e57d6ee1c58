import type { CsvRow } from './make-appointments.ts'

const dana = { workspace: 'riverside', user: 'dana', time_zone: 'Asia/Jerusalem' }
const jonas = { workspace: 'riverside', user: 'jonas', time_zone: 'Europe/Berlin' }
const maria = { workspace: 'harbour', user: 'maria', time_zone: 'America/New_York' }
const other = { workspace: 'harbour', user: 'dana', time_zone: 'Australia/Lord_Howe' }

/** Appointments of the kind that goes wrong elsewhere. */
export const SPECIAL_ROWS: readonly CsvRow[] = [
  // The clocks go forward: 26 March 2027 in Israel, 28 March in Germany, 14 March in New York, 3 October on Lord Howe.
  { ...dana, start: '2027-03-26 02:30', duration_minutes: '50', title: 'In the skipped hour' },
  { ...dana, start: '2027-03-26 01:30', end: '2027-03-26 03:30', title: 'Over the skipped hour' },
  { ...dana, start: '2027-03-26 01:30', end: '2027-03-26 02:30', title: 'Ends in the skipped hour' },
  { ...jonas, start: '2027-03-28 02:15', end: '2027-03-28 02:45', title: 'In the skipped hour' },
  { ...jonas, start: '2027-03-28 00:30', duration_minutes: '180', title: 'Over the skipped hour' },
  { ...maria, start: '2027-03-14 02:00', duration_minutes: '60', title: 'As the clocks go forward' },
  { ...maria, start: '2027-03-14 02:59', end: '2027-03-14 03:30', title: 'In the skipped hour' },
  { ...other, start: '2027-10-03 02:10', duration_minutes: '45', title: 'In the skipped half hour' },
  { ...other, start: '2027-10-03 01:45', end: '2027-10-03 02:45', title: 'Over the skipped half hour' },
  // And back: 31 October in Israel and Germany, 7 November in New York, 4 April on Lord Howe.
  { ...dana, start: '2027-10-31 01:30', duration_minutes: '30', title: 'In the hour that comes twice' },
  { ...dana, start: '2027-10-31 01:30', end: '2027-10-31 01:15', title: 'From the first into the second' },
  { ...jonas, start: '2027-10-31 02:30', end: '2027-10-31 03:30', title: 'From the hour that comes twice' },
  {
    ...jonas,
    start: '2027-10-31T02:30:00+01:00',
    end: '2027-10-31T03:00:00+01:00',
    title: 'The second 02:30',
  },
  { ...maria, start: '2027-11-07 01:30', duration_minutes: '90', title: 'In the hour that comes twice' },
  { ...maria, start: '2027-11-07T01:30:00-05:00', duration_minutes: '20', title: 'The second 01:30' },
  { ...other, start: '2027-04-04 01:45', duration_minutes: '30', title: 'In the half hour that comes twice' },
  {
    ...other,
    start: '2027-04-04 01:15',
    end: '2027-04-04 02:15',
    title: 'Over the half hour that comes twice',
  },
  // Over midnight, over the year, and long.
  { ...dana, start: '2027-06-10 23:30', end: '2027-06-11 00:45', title: 'Over midnight' },
  { ...jonas, start: '2027-12-31 23:00', end: '2028-01-01 01:00', title: 'Over the new year' },
  { ...maria, start: '2028-02-28 22:00', end: '2028-03-01 02:00', title: 'Over a leap day' },
  { ...other, start: '2027-05-05 18:00', end: '2027-05-09 12:00', title: 'Retreat of four days' },
  { ...dana, start: '2027-05-05 09:00', duration_minutes: '1', title: 'One minute' },
  // Other ways to say when.
  { ...dana, start: '2027-07-01T09:00:00Z', end: '2027-07-01T10:00:00Z', title: 'In UTC' },
  {
    ...jonas,
    start: '2027-07-01T09:00:00+05:30',
    duration_minutes: '45',
    title: 'With an offset of elsewhere',
  },
  { ...maria, start: '7/4/2027 2:30 PM', end: '7/4/2027 3:15 PM', title: 'As Americans write it' },
  { ...jonas, start: '04.07.2027 14:30', end: '15:15', title: 'As Germans write it' },
  { ...maria, start: '2027-07-05 22:30', end: '00:15', title: 'Ends tomorrow, by the time of day' },
  { workspace: 'harbour', user: 'maria', start: '2027-07-06 10:00', title: 'Without a zone' },
  {
    ...dana,
    time_zone: 'Asia/Kolkata',
    start: '2027-07-06 10:00',
    duration_minutes: '45',
    title: 'Far away',
  },
  { ...dana, time_zone: 'W. Europe Standard Time', start: '2027-07-06 12:00', title: 'In a zone of Windows' },
  // All day.
  { ...dana, start: '2027-09-20', all_day: 'yes', title: 'Training day' },
  { ...jonas, start: '2027-08-02', end: '2027-08-16', all_day: 'yes', title: 'Holidays' },
  { ...maria, start: '2027-03-14', all_day: 'yes', title: 'The day the clocks go forward' },
  {
    ...other,
    start: '2027-10-03',
    end: '2027-10-04',
    all_day: 'yes',
    title: 'The day the clocks go forward',
  },
  { ...jonas, start: '2027-12-24', end: '2027-12-24', all_day: 'yes', title: 'Ends on its last day' },
  // Text of every kind.
  {
    ...dana,
    start: '2027-05-10 09:00',
    title: 'פגישה ראשונה',
    client_name: 'שירה בן־דוד',
    location: 'רחוב הרצל 12, תל אביב',
  },
  {
    ...dana,
    start: '2027-05-10 10:00',
    title: 'جلسة علاج',
    client_name: 'محمد الهاشمي',
    notes: 'ملاحظة خاصة جدا',
  },
  {
    ...dana,
    start: '2027-05-10 11:00',
    title: '👩‍👧 Family 🧸',
    client_name: '👨‍👩‍👧‍👦 The Okafors',
    location: '🏥 2nd floor',
  },
  { ...dana, start: '2027-05-10 12:00', title: 'Mixed שלום and English', client_name: 'Noa כהן (she/her)' },
  { ...dana, start: '2027-05-10 13:00', title: '{client} {title}', client_name: '{title}' },
  { ...dana, start: '2027-05-10 14:00', client_name: 'Only A Name' },
  { ...dana, start: '2027-05-10 15:00' },
  {
    ...jonas,
    start: '2027-05-10 09:00',
    title: '<script>alert(1)</script>',
    client_name: '<b>Bold</b> & Sons',
  },
  {
    ...jonas,
    start: '2027-05-10 10:00',
    title: '"Quoted", with commas',
    location: 'Line one\nLine two\ttabbed',
  },
  {
    ...jonas,
    start: '2027-05-10 11:00',
    title: `Long ${'very '.repeat(300)}long`,
    client_name: 'Canary Longtitle',
  },
  {
    ...jonas,
    start: '2027-05-10 12:00',
    title: 'Z\u0336a\u0336l\u0336g\u0336o\u0336',
    client_name: 'Zalgo Canary',
  },
  {
    ...jonas,
    start: '2027-05-10 13:00',
    notes: `Secret ${'detail '.repeat(3000)}`,
    client_email: 'canary@patients.example',
  },
  {
    ...maria,
    start: '2027-05-10 09:00',
    title: '  Spaces around  ',
    location: '   ',
    client_name: ' Canary Spaces ',
  },
  {
    ...maria,
    start: '2027-05-10 10:00',
    title: '=SUM(A1:A9)',
    client_name: "Robert'); DROP TABLE clients;--",
  },
  { ...maria, start: '2027-05-10 11:00', title: '‮Backwards‬', client_name: 'Canary Bidi' },
  // Who, and whether at all.
  {
    ...dana,
    also_user: 'jonas',
    start: '2027-05-11 09:00',
    title: 'Together',
    client_name: 'Canary Together',
  },
  {
    ...maria,
    also_user: 'dana',
    start: '2027-05-11 09:00',
    title: 'Together',
    client_name: 'Canary Harbour',
  },
  {
    ...dana,
    start: '2027-05-11 10:00',
    status: 'cancelled',
    title: 'Called off',
    client_name: 'Canary Cancelled',
  },
  { ...maria, start: '2027-05-11 10:00', status: 'tentative', title: 'To be confirmed' },
  { ...jonas, start: '2027-05-11 11:00', status: 'booked', title: 'In the words of another program' },
]

/** Lines that cannot be used: the import says why, and goes on. */
export const BAD_LINES: readonly string[] = [
  'riverside,dana,,2027-06-01 10:00,2027-06-01 09:00,,Asia/Jerusalem,,confirmed,Ends before it starts,,,,',
  'riverside,jonas,,2027-02-30 10:00,,60,Europe/Berlin,,confirmed,No such day,,,,',
  'harbour,maria,,tomorrow,,60,America/New_York,,confirmed,No date,,,,',
  'harbour,maria,,2027-06-01 10:00,,60,Mars/Olympus,,confirmed,No such zone,,,,',
  'riverside,dana,,,,60,Asia/Jerusalem,,confirmed,No start,,,,',
  'harbour,dana,,2027-06-01 10:00,,60,UTC,,perhaps,No such status,,,,',
  'riverside,dana,,2027-06-01 10:00,,-30,UTC,,confirmed,Negative duration,,,,',
  'riverside,dana,,2027-06-01 10:00,,60,UTC,,confirmed,Unquoted, comma,,,,,',
  'riverside,dana,,2027-06-01 25:00,,60,UTC,,confirmed,No such hour,,,,',
  'riverside,jonas,,2027-06-01 10:00,,60,EST,,confirmed,An abbreviation is no zone,,,,',
]
