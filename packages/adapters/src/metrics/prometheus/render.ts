import { notKnownYet } from '@lastgood/domain/trigger/not-known-yet';
import { escapeValue } from './escape.ts';
import { parseWhole } from './parse-query.ts';
import type { Piece } from './placeholder.ts';
import {
  type FillableLiteral,
  readTemplate,
  type Template,
  type UnreadableTemplate,
} from './read-template.ts';
import { sameTree } from './same-tree.ts';
import { writeLiteral } from './string-literal.ts';

export type Variables = Record<string, string | undefined>;

export type Rendered = { kind: 'query'; query: string } | { kind: 'refused'; reason: string };

/**
 * Fills every placeholder of a template. A value can become nothing but the text of a label matcher's literal: it is
 * escaped for its position, and the result is parsed again and must be the template's tree. Literals without
 * placeholders stay as they were written; a filled one is written in double quotes.
 */
export function render(template: string, variables: Variables): Rendered {
  return renderTemplate(readTemplate(template), variables);
}

/** The same for a template that was read before. */
export function renderTemplate(template: Template | UnreadableTemplate, variables: Variables): Rendered {
  if (template.kind === 'unreadable')
    return refuse(`The query cannot be used. ${template.problems.join(' ')}`);
  // Where nothing is filled in, nothing can have changed.
  if (template.literals.length === 0) return { kind: 'query', query: template.text };
  const plain = hasPlainNames(template, variables);
  if (plain && provenForPlain.has(template)) return { kind: 'query', query: filledIn(template, variables) };
  const reason = valueProblem(template.literals, variables);
  if (reason !== null) return refuse(reason);

  const query = filledIn(template, variables);
  const filledAt = new Set(template.literals.map((literal) => literal.from));
  const tree = parseWhole(query);
  if (typeof tree === 'number' || !sameTree(template, { text: query, tree }, filledAt)) {
    return refuse('The query would have meant something else with these names filled in; it was not sent.');
  }
  if (plain) provenForPlain.add(template);
  return { kind: 'query', query };
}

/**
 * Templates that were the same tree with plain names, as nearly all are: nothing in such a name has a meaning inside quotes, so with
 * any other the tree is the same. Thousands of queries a slot need not be parsed again.
 */
const provenForPlain = new WeakSet<Template>();

/** Whether nothing that is filled in has a meaning inside quotes, nor a problem. */
export function hasPlainNames({ literals }: Template, variables: Variables): boolean {
  return literals.every(({ pieces }) => pieces.every((piece) => isPlain(piece, variables)));
}

function isPlain(piece: Piece, variables: Variables): boolean {
  return piece.kind === 'text' || plainName.test(variables[piece.name] ?? '');
}

const plainName = /^[\w.-]{1,253}$/;

function filledIn({ text, literals }: Template, variables: Variables): string {
  let query = '';
  let end = 0;
  for (const literal of literals) {
    query += text.slice(end, literal.from) + writeLiteral(fill(literal, variables));
    end = literal.to;
  }
  return query + text.slice(end);
}

/** What a literal says with its placeholders filled in, each escaped for its position. */
export function fill(literal: FillableLiteral, variables: Variables): string {
  let text = '';
  for (const piece of literal.pieces)
    text += piece.kind === 'text' ? piece.text : escapeValue(variables[piece.name] ?? '', literal.use);
  return text;
}

function valueProblem(literals: readonly FillableLiteral[], variables: Variables): string | null {
  for (const piece of literals.flatMap((literal) => literal.pieces)) {
    if (piece.kind === 'text') continue;
    const value = Object.hasOwn(variables, piece.name) ? variables[piece.name] : undefined;
    if (value === undefined) return notKnownYet(piece.name);
    // `label=""` also matches every series that lacks the label: an empty name would widen the question.
    if (value === '') return `$${piece.name} is empty, so the query would match series without that label.`;
    if (!value.isWellFormed()) return `$${piece.name} is not valid Unicode.`;
  }
  return null;
}

function refuse(reason: string): Rendered {
  return { kind: 'refused', reason };
}
