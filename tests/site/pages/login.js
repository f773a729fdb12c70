// Signing in anew ends what the app kept for the session: an old balance among it.
sessionStorage.clear();
