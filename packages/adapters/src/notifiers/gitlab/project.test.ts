import { expect, test } from 'vitest';
import { projectId } from './project.ts';

const web = new URL('https://git.example.com/gitlab');

test.each([
  ['42', '42'],
  ['a/b/c', 'a%2Fb%2Fc'],
  ['https://git.example.com/gitlab/a/b/c/-/commit/{commit}', 'a%2Fb%2Fc'],
  ['https://git.example.com/gitlab/a/b/commit/{commit}', 'a%2Fb'],
  ['https://git.example.com/gitlab/a/b.git', 'a%2Fb'],
  ['https://git.example.com/a/b/-/commit/{commit}', null],
  ['https://git.example.com/gitlab/-/commit/{commit}', null],
  ['a', null],
  ['0', null],
  ['', null],
])('%j names the project %j of a host below a path', (text, id) => {
  expect(projectId(text, web)).toBe(id);
});
