"""Lines on the server's console, so that you can watch what runs when."""


def say(text: str, who: str = "Background") -> None:
    """Print one line at once. `flush` matters: without it, lines may appear late.

    In one piece, its end included: `print` alone writes that apart, and lines of threads mix.
    """
    print(f"[{who}] {text}\n", end="", flush=True)
