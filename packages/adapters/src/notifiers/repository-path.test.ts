import { expect, test } from 'vitest';
import { repositoryPath } from './repository-path.ts';

const github = new URL('https://github.com/');
const below = new URL('https://git.example.com/gitlab/');

test.each([
  ['acme/shop', github, ['acme', 'shop']],
  ['/acme/shop/', github, ['acme', 'shop']],
  ['https://github.com/acme/shop', github, ['acme', 'shop']],
  ['https://github.com/acme/shop/commit/{commit}', github, ['acme', 'shop', 'commit', '{commit}']],
  [
    'https://github.com/acme/shop/commit/{commit}?diff=split#x',
    github,
    ['acme', 'shop', 'commit', '{commit}'],
  ],
  [
    'https://git.example.com/gitlab/a/b/c/-/commit/{commit}',
    below,
    ['a', 'b', 'c', '-', 'commit', '{commit}'],
  ],
  ['https://git.example.com/a/b', below, null],
  ['https://evil.example/acme/shop', github, null],
  ['https://github.com.evil.example/acme/shop', github, null],
  ['https://github.com@evil.example/acme/shop', github, null],
  ['https://me:pw@github.com/acme/shop', github, null],
  ['acme/../other', github, null],
  ['acme/sh op', github, null],
  ['acme/shop\n', github, null],
  ['acme//shop', github, null],
  ['acme/%2e%2e', github, null],
  ['', github, null],
])('%j below %s is %j', (text, web, path) => {
  expect(repositoryPath(text, web)).toEqual(path);
});
