import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { start } from './ask-harness.ts';
import { openapiDocument } from './openapi-document.ts';

describe('the document', () => {
  test('is served and equals the one the client is generated from', async () => {
    const { ask } = await start();
    const served = (await ask({ url: '/api/openapi.json' })).json();
    const checkedIn = JSON.parse(
      await readFile(new URL('../../../../packages/api-client/openapi.json', import.meta.url), 'utf8'),
    );
    expect(served).toEqual(checkedIn);
    expect(served).toEqual(JSON.parse(JSON.stringify(await openapiDocument())));
    expect(served.openapi).toBe('3.1.0');
    expect(served.components.schemas).toHaveProperty('LiveFrame');
  });

  test('can be read at /api/docs with nothing from outside', async () => {
    const { ask } = await start();
    const page = await ask({ url: '/api/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect((await ask({ url: '/api/docs/js/scalar.js' })).statusCode).toBe(200);
  });
});

describe('the process', () => {
  test('shows its figures', async () => {
    const { ask } = await start({ listRuns: async () => ({ items: [], next: null }) });
    await ask({ url: '/api/v1/runs' });
    const figures = (await ask({ url: '/metrics' })).body;
    expect(figures).toContain(
      'lastgood_http_request_duration_seconds_count{method="GET",route="/api/v1/runs",status="200"} 1',
    );
    expect(figures).toContain('lastgood_slots_total');
  });
});
