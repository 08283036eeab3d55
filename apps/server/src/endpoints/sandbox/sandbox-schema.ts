import { Label, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { named, nullable, strict } from '../../wire/named.ts';

export const SandboxView = named(
  'SandboxView',
  Type.Object({
    services: Type.Array(
      Type.Object({
        service: Type.String(),
        name: Type.String(),
        versions: Type.Array(
          Type.Object({
            tag: Type.String(),
            behaviour: Type.String(),
            description: Type.String(),
            healthy: Type.Boolean(),
          }),
        ),
        running: nullable(Type.String()),
      }),
    ),
  }),
);

/** Sandbox only: brings a version of a sample service out, as a pipeline would. */
export const SandboxDeployInput = named(
  'SandboxDeployInput',
  strict({
    service: ServiceKeyText({ description: 'cluster/namespace/name of a sample service.' }),
    tag: Label({ description: 'One of the versions listed by the sandbox view.' }),
  }),
);
