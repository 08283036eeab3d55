import { Label, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { named, nullable, strict } from '../../wire/named.ts';

const OfferedVersion = Type.Object({
  tag: Type.String(),
  behaviour: Type.String(),
  description: Type.String(),
  healthy: Type.Boolean(),
});

export const SandboxView = named(
  'SandboxView',
  Type.Object({
    shown: Type.Array(
      Type.Object({
        name: Type.String({ description: 'Of what is shown, as it is ordered.' }),
        title: Type.String({ description: 'As a heading: A flag.' }),
        about: Type.String({ description: 'What takes a failing release back.' }),
        lacks: nullable(Type.String(), 'What this machine lacks for it, such as: needs git in /usr/bin.'),
        waitsFor: nullable(Type.String(), 'What it waits for; null when it can be played with.'),
        services: Type.Array(
          Type.Object({
            service: Type.String(),
            name: Type.String(),
            versions: Type.Array(OfferedVersion),
            running: nullable(Type.String()),
          }),
        ),
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
    shows: Type.Optional(
      Label({ description: 'What is shown with it; the first that offers the version when left out.' }),
    ),
  }),
);
