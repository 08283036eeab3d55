import { expect, test } from 'vitest';
import { ProblemError } from '../problems/problem-error.ts';
import { refuseUnfitLink } from './web-link.ts';

test.each([
  'https://me:secret@ci.example.com/1',
  'javascript:alert(1)',
  'data:text/html,x',
  'ci.example.com',
])('the link %s is refused with the place and what to change, and without the link itself', (link) => {
  const refuse = () => refuseUnfitLink(link, '/pipelineUrl');
  expect(refuse).toThrow(ProblemError);
  expect(refuse).toThrow(/^\/pipelineUrl: (must|is not)/);
  expect(refuse).not.toThrow(/secret|alert/);
});

test('a link that is left out, and one to a page, are taken', () => {
  refuseUnfitLink(undefined, '/pipelineUrl');
  refuseUnfitLink('https://ci.example.com/run/1', '/pipelineUrl');
});
