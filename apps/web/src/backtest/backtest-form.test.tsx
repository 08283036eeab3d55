import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { allServices } from '../service/all-services.ts';
import { BacktestFormSection } from './backtest-form.tsx';
import { lackOf } from './backtest-request.ts';

const chosen = { mode: 'in_force', name: 'errors', text: '' } as const;

function shown({ services = 3, lacks = null as string | null, isRunning = false } = {}): string {
  const client = new QueryClient();
  const known = Array.from({ length: services }, (_, index) => ({ key: `main/shop/${index}` }));
  client.setQueryData(allServices().queryKey, known as never);
  const none = () => undefined;
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <MantineProvider>
        <BacktestFormSection
          form={{ chosen, services: [], days: 30 }}
          {...{ told: [], lacks, isRunning, onChange: none, onRun: none, onCancel: none }}
        />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

test('what keeps a backtest from being run is said beside its button, for ears too', () => {
  expect(lackOf({ ...chosen, name: '' }, true)).toBe('Choose a trigger first.');
  expect(lackOf({ ...chosen, mode: 'written', text: ' ' }, false)).toBe('Write a trigger first.');
  expect(lackOf({ ...chosen, mode: 'written', text: 'triggers: [' }, false)).toMatch(/^Mend first/);
  expect(lackOf(chosen, false)).toBeNull();
  const lacking = shown({ lacks: 'Choose a trigger first.' });
  const [, id] = /<p id="([^"]+)"[^>]*>Choose a trigger first\./.exec(lacking) ?? [];
  expect(lacking).toContain(`aria-describedby="${id}"`);
  expect(shown()).not.toContain('first.');
});

test('it can be cancelled while it runs, and at no other time', () => {
  expect(shown({ isRunning: true })).toContain('Cancel');
  expect(shown()).not.toContain('Cancel');
});

test('of more services than are listed at once it says how the others are found', () => {
  expect(shown({ services: 400 })).toContain('400 are declared: type a part of a name');
  expect(shown({ services: 100 })).not.toContain('type a part');
});
