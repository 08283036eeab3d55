import { Readable, Transform } from 'node:stream';

/** The middleware of a client of the AWS SDK, as far as it is needed here. */
interface LimitedClient {
  middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK types a middleware by all inputs and outputs of the client
    add(middleware: any, options: { step: 'deserialize'; priority: 'low'; name: string }): void;
  };
}

const longestAnswerBytes = 4 * 1024 * 1024;

/** The SDK reads whatever comes; this ends the connection of an answer that is larger than is read. */
export function limitAnswers<Client extends LimitedClient>(
  client: Client,
  maxBytes = longestAnswerBytes,
): Client {
  const middleware =
    (next: (given: unknown) => Promise<{ response?: { body?: unknown } }>) => async (given: unknown) => {
      const result = await next(given);
      const body = result.response?.body;
      if (result.response && body instanceof Readable) result.response.body = limited(body, maxBytes);
      return result;
    };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'limitAnswers' });
  return client;
}

function limited(body: Readable, maxBytes: number): Readable {
  let length = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      length += chunk.length;
      if (length <= maxBytes) return next(null, chunk);
      body.destroy();
      next(Object.assign(new Error('larger than is read'), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }));
    },
  });
  body.once('error', (error) => limit.destroy(error));
  return body.pipe(limit);
}
