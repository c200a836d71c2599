import { cause } from '../../cause.ts';

export default cause({
  id: 'container-old-image',
  hop: 'backend',
  sentence: 'The running container still uses the old image.',
  proof: 'The image was rebuilt, the running container has the id of the old one, and the behaviour is unchanged.',
  lookAlikes: ['bundle-stale', 'page-stale-cache', 'bundle-localhost'],
  repair: 'Recreate the container: a restart keeps the old image.',
});
