import { expect, test, vi } from 'vitest';

vi.stubGlobal('window', { localStorage: memory() });
const { createSignature } = await import('./signature.ts');

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as Storage;
}

test('asks once: a name or a refusal is kept, and a name can be changed and taken back', () => {
  const storage = memory();
  const signature = createSignature(storage);
  expect([signature.name(), signature.isAsked()]).toEqual([null, false]);
  signature.decline();
  expect([signature.name(), createSignature(storage).isAsked()]).toEqual([null, true]);
  signature.become('  Ada  ');
  expect([signature.name(), createSignature(storage).name()]).toEqual(['Ada', 'Ada']);
  signature.become(' ');
  expect([signature.name(), createSignature(storage).name(), signature.isAsked()]).toEqual([
    null,
    null,
    true,
  ]);
});

test('sends the name with what is asked, in any alphabet', async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    sent.push(new Headers(init.headers).get('lastgood-name'));
    return new Response('{}');
  });
  const { undoRun } = await import('@lastgood/api-client');
  const signature = createSignature(memory());
  await undoRun('run-1');
  signature.become('Łukasz');
  await undoRun('run-1');
  expect(sent).toEqual([null, '%C5%81ukasz']);
  vi.unstubAllGlobals();
});
