interface ImportMetaEnv {
  readonly VITE_WS_URL?: string;
  readonly VITE_WS_ENDPOINTS?: string;
  readonly VITE_INLINE_PROTOCOLS?: string;
  readonly VITE_VANILLA_RELOAD_MS?: string;
}
