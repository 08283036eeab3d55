import type { EffectiveTriggerView } from '@lastgood/api-client';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { DeclaredTriggers } from './declared-triggers.tsx';

const errors: EffectiveTriggerView = {
  ...{ name: 'errors', description: '', shadow: false, fires: '> 10 % for 2 min', queries: [] },
  kind: 'threshold',
  asking: [{ query: 'own', alone: null }],
  severity: 'auto_rollback',
};

test('shows what the service says otherwise than its set, and what is off', () => {
  const words = 'threshold 10 % (set web says 5 %)';
  const shown = renderToStaticMarkup(
    <MemoryRouter>
      <DeclaredTriggers
        service="main/shop/cart"
        triggers={[errors, { ...errors, name: 'latency' }]}
        overrides={[
          { trigger: 'errors', effect: 'changed', words: [words] },
          { trigger: 'burn', effect: 'off', words: ['off (set web has it)'] },
          { trigger: 'latency', effect: 'none', words: ['no set of the service has latency.'] },
        ]}
      />
    </MemoryRouter>,
  );
  expect(shown.split(words)).toHaveLength(2);
  expect(shown.indexOf(words)).toBeLessThan(shown.indexOf('latency'));
  expect(shown).toMatch(/burn.*off \(set web has it\)/);
  expect(shown).not.toContain('no set of the service');
});

test('says of each trigger whether it is asked for many services at once, and why not where it is not', () => {
  const alone = 'absent() says of nobody whose it is.';
  const latency: EffectiveTriggerView = { ...errors, name: 'latency', asking: [{ query: 'own', alone }] };
  const shown = renderToStaticMarkup(
    <MemoryRouter>
      <DeclaredTriggers service="main/shop/cart" triggers={[errors, latency]} overrides={[]} />
    </MemoryRouter>,
  );
  const [ofErrors = '', ofLatency = ''] = shown.split('latency');
  expect(ofErrors).toContain('Asked for many services at once.');
  expect(ofLatency).toContain(`Asked for each service by itself: ${alone}`);
});
