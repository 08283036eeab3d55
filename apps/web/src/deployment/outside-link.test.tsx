import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { OutsideLink } from './outside-link.tsx';

const shown = (url: string) => renderToStaticMarkup(<OutsideLink url={url} />);

test('a web address is a link that knows nothing of the page it was opened from', () => {
  expect(shown('https://ci.example.com/run/1')).toContain('<a href="https://ci.example.com/run/1"');
  expect(shown('https://ci.example.com/run/1')).toContain('rel="noopener noreferrer"');
});

test.each([
  'javascript:alert(1)',
  'JAVASCRIPT://x/%0aalert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'http://',
  '',
])('%j is told and never a link', (url) => expect(shown(url)).not.toContain('<a'));

test('an address that an older record has with a password is no link, and its password is not shown', () => {
  expect(shown('https://user:hunter2@ci.example.com/run')).toBe('<span>ci.example.com</span>');
});

test('no other link of the pages takes its address from data', () => {
  const root = join(import.meta.dirname, '..');
  const files = globSync('**/*.tsx', { cwd: root }).filter((path) => !/outside-link/.test(path));
  const own = /(href|src)=("[^"]*"|\{`\/[a-z][^`]*`\})/g;
  const wrong = files.filter((path) => {
    const rest = readFileSync(join(root, path), 'utf8').replace(own, '');
    return /\b(href|src|formAction|srcDoc)=\{(?!<)|target="_blank"|dangerouslySetInnerHTML|window\.open/.test(
      rest,
    );
  });
  expect(files.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});
