"""Every message that a wrong specimen gets, written down: exN.txt, one section a specimen."""
