import { type Static, Type } from 'typebox';
import { Address, Count } from '../../bounds.ts';
import { unfitWebAddress } from '../../web-address.ts';
import { type CheckOf, declaredCheck, frameOf } from '../check-frame.ts';
import type { DeclaredKind } from '../check-kind.ts';

const schema = declaredCheck('http', {
  url: Address({ description: 'An http or https address GET is sent to, without a user or a password.' }),
  expectedStatus: Type.Optional(
    Count(100, 599, { description: 'The very status to answer with; default 200.' }),
  ),
});

type Declared = Static<typeof schema>;

/** Sends a GET and compares the status code exactly. */
export type HttpCheck = CheckOf<Declared, 'expectedStatus'>;

export const http: DeclaredKind<'probe', Declared, HttpCheck> = {
  type: 'http',
  schema,
  lint({ url }) {
    const message = unfitWebAddress(url);
    return message === null ? [] : [{ path: '/url', message }];
  },
  accept: (declared) => ({
    ...frameOf(declared),
    type: 'http',
    url: declared.url,
    expectedStatus: declared.expectedStatus ?? 200,
  }),
  asks: ({ url }) => `GET ${url}`,
  expected: ({ expectedStatus }) => `status ${expectedStatus}`,
  ask: ({ url }) => ({ port: 'probe', url }),
  judge({ expectedStatus }, answer) {
    switch (answer.kind) {
      case 'answered':
        return { kind: 'seen', pass: answer.status === expectedStatus, actual: `status ${answer.status}` };
      case 'unreachable':
        return { kind: 'seen', pass: false, actual: answer.reason };
      case 'refused':
        return { kind: 'could-not-ask', reason: answer.reason };
    }
  },
};
