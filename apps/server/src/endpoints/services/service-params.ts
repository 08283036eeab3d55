import { longest } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { strict } from '../../wire/named.ts';

const part = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: longest.name,
    pattern: '^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$',
    description,
  });

export const ServiceParams = strict({
  cluster: part('Name of the cluster in the configuration.'),
  namespace: part('Kubernetes namespace.'),
  name: part('Name of the service.'),
});
