import { type TSchema, Type } from 'typebox';
import { Problem } from '../schemas/index.ts';
import { ref, strict } from '../schemas/named.ts';

/** A successful answer of `schema`; everything else is a problem. */
export function answers<T extends TSchema, S extends number>(status: S, schema: T) {
  return { [status]: ref(schema), default: ref(Problem) } as Record<S, ReturnType<typeof ref<T>>> & {
    default: ReturnType<typeof ref<typeof Problem>>;
  };
}

export const IdParams = strict({ id: Type.String({ minLength: 1, maxLength: 100 }) });

const part = (description: string) =>
  Type.String({ pattern: '^[a-zA-Z0-9]([-a-zA-Z0-9_.]{0,251}[a-zA-Z0-9])?$', description });

export const ServiceParams = strict({
  cluster: part('Name of the cluster in the configuration.'),
  namespace: part('Kubernetes namespace.'),
  name: part('Name of the service.'),
});

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'Up to 255 printable characters. The same key with the same body gives the same answer again.',
    }),
  ),
});
