const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => ESCAPES[char] ?? char)
}

/** A page that needs nothing from outside. */
export function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; color: #1f1f1f; background: #fff }
fieldset { border: 1px solid #747775; border-radius: 8px; margin: 1rem 0 }
label { display: block; padding: .25rem 0 }
button { font: inherit; padding: .5rem 1.5rem; margin-right: .5rem; border-radius: 20px; border: 1px solid #747775; background: #fff; color: #0b57d0 }
button[value=allow] { background: #0b57d0; color: #fff }
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}
