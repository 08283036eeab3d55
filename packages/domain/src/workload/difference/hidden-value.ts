/*
 * Which values of a template are not told. A Secret that is referred to never stands in a template; a password that somebody
 * wrote into it does. What its name or its shape gives away is hidden; that a value differs is told all the same.
 */

const secretName =
  /pass(word|wd|phrase)?($|[^a-z])|pwd|secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|signing|encryption|auth(orization)?($|[^a-z])|cookie|salt($|[^a-z])|dsn($|[^a-z])|connection[-_.]?string|bearer/i;

/** Of what is known by its beginning: https://docs.github.com/code-security/secret-scanning names more of them. */
const secretShape =
  /-----BEGIN |eyJ[\w-]{8,}\.[\w-]+\.|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[opsur]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abeoprs]-[\w-]{10,}|\b[rs]k_(live|test)_\w{10,}|\bAIza[\w-]{30,}|:\/\/[^/?#\s:]{0,200}:[^/?#\s]{0,200}@|[?&;](sig|signature|key)=|(passw(or)?d|pwd|secret|token|api[-_]?key)["']?\s*[:=]\s*["']?[^\s"']/i;

/** Characters of a value that are looked at; no more of it is ever told. */
const judged = 4_000;

/** Whether a value may be secret, by what it is called or by how it looks. */
export function isHidden(name: string, value: string): boolean {
  const shown = value.slice(0, judged);
  return secretName.test(spaced(name)) || secretShape.test(shown) || looksRandom(shown);
}

/** `dbPassword` as `db-Password`, so that words end where a reader sees them end. */
function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2');
}

/** One long word of letters and digits mixed as no person writes them; a digest says what it is. */
function looksRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{24,}$/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(value)).length;
  const isHex = /^[0-9a-f]{32,}$/i.test(value) && /[0-9]/.test(value);
  return isHex || (kinds === 3 && new Set(value).size > 12);
}

/** Arguments of a command, in one line, what may be secret left out. */
export function argumentsInWords(words: readonly unknown[]): { text: string; hidden: boolean } {
  let hidden = false;
  const told = words.map((word, index) => {
    const text = String(word);
    const [, flag = '', value] = text.match(/^(-{0,2}[\w.-]+)=(.*)$/s) ?? [];
    if (value !== undefined && isHidden(flag, value)) {
      hidden = true;
      return `${flag}=•••`;
    }
    const before = words[index - 1];
    const named = typeof before === 'string' && /^--?[\w.-]+$/.test(before) ? before : '';
    if (isHidden(text.startsWith('-') ? '' : named, text)) {
      hidden = true;
      return '•••';
    }
    return text;
  });
  return { text: told.join(' '), hidden };
}
