// Signing in again drops what the app kept for the session, such as an old balance.
sessionStorage.clear();
