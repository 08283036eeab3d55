import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stylesFor, usedBy } from './mantine-styles.ts';

const require = createRequire(import.meta.url);
const all = readFileSync(require.resolve('@mantine/core/styles.css'), 'utf8');
const classesOf = (styles: string) => new Set(styles.match(/\.m_[0-9a-f]+/g));

test('has the styles of a component and of what it is made of, and of no other', () => {
  const [button, stepper] = ['Button', 'Stepper'].map((one) => classesOf(styleFile(one)));
  const kept = classesOf(stylesFor(new Set(['Button'])));
  expect([...(button ?? [])].filter((one) => !kept.has(one))).toEqual([]);
  expect(
    [...classesOf(styleFile('UnstyledButton')), ...classesOf(styleFile('Loader'))].every((one) =>
      kept.has(one),
    ),
  ).toBe(true);
  expect([...(stepper ?? [])].some((one) => kept.has(one))).toBe(false);
});

test('keeps the order of the one file for all: what is made of another stands after it', () => {
  const styles = stylesFor(new Set(['Button', 'ActionIcon']));
  const place = (name: string) => styles.indexOf([...classesOf(styleFile(name))][0] ?? '?');
  expect(place('UnstyledButton')).toBeGreaterThan(-1);
  expect(place('UnstyledButton')).toBeLessThan(place('ActionIcon'));
  expect(place('UnstyledButton')).toBeLessThan(place('Button'));
});

test('is weaker than any style in no layer, in whichever order their files come', () => {
  let rest = stylesFor(new Set(['Button'])).replaceAll(/\/\*[\s\S]*?\*\//g, '');
  // From the inside out, until what is in no block is left.
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replaceAll(/\{[^{}]*\}/g, '');
  }
  expect(rest.trim().split(/\s*\n\s*/)).toEqual([
    '@layer mantine-base, elements, mantine;',
    '@layer mantine-base',
    '@layer mantine',
  ]);
});

test('finds what this app and the packages it uses import, and saves most of it', () => {
  const used = usedBy(join(import.meta.dirname, '../src'));
  // Button by the pages, Notification and ScrollArea by Mantine's notifications and spotlight.
  for (const one of ['Button', 'Notification', 'ScrollArea']) expect([...used]).toContain(one);
  expect(stylesFor(used).length).toBeLessThan(all.length / 2);
});

function styleFile(name: string): string {
  return readFileSync(require.resolve(`@mantine/core/styles/${name}.css`), 'utf8');
}
