/**
 * Compiles a regular expression of Prometheus (RE2, anchored at both ends) to one of JavaScript with the same meaning.
 * What one of the two reads differently, or only one of them knows, is rewritten or refused.
 * https://github.com/google/re2/wiki/Syntax
 * @throws Error saying what is wrong or unsupported
 */
export function compileAnchored(pattern: string): RegExp {
  return new RegExp(`^(?:${translate(pattern)})$`, 'u');
}

interface Piece {
  text: string;
  /** How many characters of the pattern it stands for. */
  length: number;
}

function translate(pattern: string): string {
  const characters = [...pattern];
  let output = '';
  let inClass = false;
  for (let index = 0; index < characters.length; ) {
    const piece = inClass ? classPiece(characters, index) : outerPiece(characters, index);
    if (!inClass && characters[index] === '[') inClass = true;
    else if (inClass && characters[index] === ']') inClass = false;
    output += piece.text;
    index += piece.length;
  }
  return output;
}

function outerPiece(characters: readonly string[], index: number): Piece {
  const character = characters[index] ?? '';
  const next = characters[index + 1];
  if (character === '\\') return { text: outerEscape(next), length: 2 };
  // JavaScript's dot also stops at other line ends than \n.
  if (character === '.') return { text: '[^\\n]', length: 1 };
  if (character === '(' && next === '?' && characters[index + 2] !== ':') {
    throw new Error('flags, names and look-around in groups are unsupported');
  }
  if (character === '[') return openClass(characters, index);
  if (character === ']' || character === '}') return { text: `\\${character}`, length: 1 };
  if (character === '{') return repetition(characters, index);
  return { text: character, length: 1 };
}

function openClass(characters: readonly string[], index: number): Piece {
  const negated = characters[index + 1] === '^';
  if (characters[index + (negated ? 2 : 1)] === ']')
    throw new Error('a class that starts with ] is unsupported');
  return negated ? { text: '[^', length: 2 } : { text: '[', length: 1 };
}

function classPiece(characters: readonly string[], index: number): Piece {
  const character = characters[index] ?? '';
  const next = characters[index + 1];
  if (character === '[' && next === ':') throw new Error('named character classes are unsupported');
  if (character === '\\') return { text: classEscape(next), length: 2 };
  return { text: character === '[' ? '\\[' : character, length: 1 };
}

/** A brace that is no repetition is a plain character in RE2. */
function repetition(characters: readonly string[], index: number): Piece {
  const match = /^\{(\d+)(?:,(\d*))?\}/.exec(characters.slice(index, index + 16).join(''));
  if (match === null) return { text: '\\{', length: 1 };
  if (Number(match[1]) > 1000 || Number(match[2] ?? 0) > 1000) throw new Error('invalid repeat count');
  return { text: match[0], length: match[0].length };
}

const syntaxCharacters = new Set('^$\\.*+?()[]{}|/');

function plainEscape(character: string): string {
  if (/[0-9A-Za-z]/.test(character) || character > '\u007f') {
    throw new Error(`the escape \\${character} is unsupported`);
  }
  return syntaxCharacters.has(character) ? `\\${character}` : character;
}

function outerEscape(character: string | undefined): string {
  if (character === undefined) throw new Error('trailing backslash at end of expression');
  if ('dDwWbBtnfrv'.includes(character)) return `\\${character}`;
  // RE2's white space is ASCII without the vertical tab.
  if (character === 's') return '[\\t\\n\\f\\r ]';
  if (character === 'S') return '[^\\t\\n\\f\\r ]';
  return plainEscape(character);
}

function classEscape(character: string | undefined): string {
  if (character === undefined) throw new Error('trailing backslash at end of expression');
  if ('dDwWtnfrv'.includes(character)) return `\\${character}`;
  if (character === 's') return '\\t\\n\\f\\r ';
  if (character === '-') return '\\-';
  return plainEscape(character);
}
