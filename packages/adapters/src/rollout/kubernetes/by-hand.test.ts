import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { byHand } from './by-hand.ts';

const workload = { kind: 'Deployment', cluster: 'main', namespace: 'shop', name: 'checkout' } as const;

test('a shell reads the command as the words that it means, whatever stands in the template', () => {
  const template = {
    spec: { containers: [{ name: 'app', args: ["it's $HOME", '`id`', 'two\nlines', '"quoted" \\'] }] },
  };
  const command = byHand(workload, template);
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' }).split('\0');
  expect(words.slice(0, 8)).toEqual([
    'kubectl',
    '-n',
    'shop',
    'patch',
    'deployment',
    'checkout',
    '--type=json',
    '-p',
  ]);
  expect(JSON.parse(words[8] ?? '')).toEqual([{ op: 'replace', path: '/spec/template', value: template }]);
});
