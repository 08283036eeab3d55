import type { Answer, SeenRequest } from '../receiver-harness.ts';

/*
 * On the wire format of API v2, after its openapi.yaml and what version 0.25 answers: labels and times are judged as there, a refusal is a
 * JSON text. The real program is in real-alertmanager.test.ts.
 */

export function apiV2({ method, path, body }: SeenRequest): Answer {
  if (method === 'GET' && path === '/api/v2/status') {
    return {
      status: 200,
      json: {
        cluster: { status: 'disabled', peers: [] },
        config: { original: '' },
        uptime: '',
        versionInfo: {},
      },
    };
  }
  if (method !== 'POST' || path !== '/api/v2/alerts')
    return { status: 404, json: { code: 404, message: `path ${path} was not found` } };
  for (const { labels, annotations, startsAt, endsAt } of body) {
    const names = Object.keys({ ...labels, ...annotations });
    const isNamed =
      names.every((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) && Object.keys(labels).length > 0;
    const times = [startsAt, endsAt].map((time) => new Date(time).getTime());
    if (!isNamed || times.some(Number.isNaN)) return { status: 400, json: 'invalid label set' };
    if ((times[1] ?? 0) < (times[0] ?? 0)) return { status: 400, json: 'start time must be before end time' };
  }
  return { status: 200, text: '' };
}
