import scalar, { type FastifyApiReferenceOptions } from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/** The reference page starts itself by an inline script; nothing of it comes from, or goes to, another host. */
const contentSecurityPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Its faintest inks are below 4.5:1 on its grounds. */
const customCss = `
.light-mode { --scalar-color-2: #5b5b5b; --scalar-color-3: #666; --scalar-color-accent: #0063b1; --scalar-color-green: #04724d; --scalar-color-blue: #005c96; --scalar-color-orange: #a83a00; --scalar-color-red: #c80005; --scalar-color-yellow: #7a5f00; }
.dark-mode { --scalar-color-3: #a0a0a0; --scalar-color-red: #ff6b69; }
`;

/** The API's description to read and try at `/api/docs`. */
export async function docs(app: FastifyInstance): Promise<void> {
  await app.register(async (page) => {
    // Its frame does not say which language it is in.
    page.addHook<string>('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replace('<html>', '<html lang="en">') : payload,
    );
    await page.register(scalar, reference);
  });
}

const reference: FastifyApiReferenceOptions = {
  routePrefix: '/api/docs',
  configuration: {
    url: '/api/openapi.json',
    pageTitle: 'Lastgood API',
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: '',
    hideClientButton: true,
    showDeveloperTools: 'never',
    agent: { disabled: true },
    mcp: { disabled: true },
    customCss,
  },
  hooks: {
    onRequest: (_request, reply, done) => {
      reply.header('content-security-policy', contentSecurityPolicy);
      done();
    },
  },
};
