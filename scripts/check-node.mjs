// The repository carries its own Node as a devDependency. `npm ci --ignore-scripts` leaves the binary out and
// npm scripts then fall back, without a word, to whatever Node the system has.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 16)) {
  console.error(
    `google-calendar-sync needs Node 22.16 or newer to run its tests and demo; this is ${process.version}.\n` +
      'The repository brings its own Node, which was not installed (--ignore-scripts?). Repair: npm rebuild node',
  )
  process.exit(1)
}
