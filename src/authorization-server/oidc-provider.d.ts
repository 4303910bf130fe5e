// The parts of oidc-provider, each by its own file: its index warns on the console of every Node before 22, and it runs
// on 20 (the suite is run there). The types are those of the whole.
declare module 'oidc-provider/lib/provider.js' {
  export { Provider } from 'oidc-provider';
}
declare module 'oidc-provider/lib/helpers/errors.js' {
  import { errors } from 'oidc-provider';
  export import InvalidAuthorizationDetails = errors.InvalidAuthorizationDetails;
  export import InvalidClientAuth = errors.InvalidClientAuth;
  export import InvalidTarget = errors.InvalidTarget;
}
declare module 'oidc-provider/lib/helpers/keystore.js' {
  export { ExternalSigningKey } from 'oidc-provider';
}
