/** Of all pages. Colours meet 4.5:1 on their background, in light and in dark. */
export const STYLE = `:root {
  color-scheme: light dark;
  --page: light-dark(#f6f8fc, #131314);
  --card: light-dark(#fff, #1f1f21);
  --text: light-dark(#1f1f1f, #e6e6e6);
  --quiet: light-dark(#4d5156, #b4b8bd);
  --line: light-dark(#747775, #8e918f);
  --accent: light-dark(#0b57d0, #a8c7fa);
  --on-accent: light-dark(#fff, #062e6f);
  --tint: light-dark(#e8f0fe, #28303f);
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); overflow-wrap: anywhere }
main { max-width: 48rem; margin: 0 auto; padding: 1rem }
.card { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; background: var(--card); border-radius: 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
h2 { font-size: 1.15rem; margin: 1.5rem 0 .25rem }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; color: var(--quiet) }
.brand { margin: 0; font-weight: 600; color: var(--accent) }
.quiet, .client { color: var(--quiet); font-size: .875rem }
code { font-family: ui-monospace, monospace; font-size: .8125rem }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .5rem .75rem; min-width: 0 }
legend { padding: 0 .25rem; font-weight: 600 }
.row { display: flex; gap: .5rem; align-items: flex-start; padding: .375rem 0 }
.row code { display: block }
input[type=checkbox], input[type=radio] { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--accent) }
button, input, select { font: inherit }
input:not([type=checkbox], [type=radio]), select { max-width: 100%; padding: .25rem .5rem; border: 1px solid var(--line); border-radius: .375rem; color: inherit; background: var(--card) }
button { min-height: 2rem; padding: .25rem .75rem; border-radius: 1rem; border: 1px solid var(--line); background: var(--card); color: var(--accent); cursor: pointer }
button[value=allow] { background: var(--accent); color: var(--on-accent) }
button[aria-disabled=true] { opacity: .6 }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem }
.card .actions button { min-height: 2.5rem; padding: .5rem 1.5rem; border-radius: 1.25rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.bar { padding: .75rem 1rem; background: var(--card); border-bottom: 1px solid var(--line) }
.bar form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-top: .5rem }
.bar label { max-width: 100% }
.tick { display: inline-flex; gap: .375rem; align-items: center }
.tick input { margin: 0 }
[role=status] { min-height: 1.5rem; margin: 0; color: var(--quiet) }
ul { list-style: none; margin: 0; padding: 0 }
.event { margin: .5rem 0; padding: .625rem .75rem; background: var(--card); border-left: .25rem solid var(--accent); border-radius: .375rem }
.event.cancelled { border-left-style: dashed; background: var(--page) }
.event.cancelled .title { text-decoration: line-through }
.title { font-weight: 600; margin: 0 }
.event p { margin: .125rem 0; white-space: pre-line }
.state { display: inline-block; padding: 0 .5rem; border-radius: .75rem; background: var(--tint); font-size: .875rem }
.rename { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-top: .5rem }
summary { min-height: 1.5rem; cursor: pointer }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`
