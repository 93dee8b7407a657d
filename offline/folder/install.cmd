@echo off
rem Finds a Python that fits and hands over to install.py. No administrator, no network.
setlocal
chcp 65001 >nul
set "PYTHONUTF8=1"
if defined FIELDKIT_PYTHON (
  "%FIELDKIT_PYTHON%" -I "%~dp0install.py"
  goto done
)
py -3.11 -c "" >nul 2>nul
if not errorlevel 1 (
  py -3.11 -I "%~dp0install.py"
  goto done
)
python -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" >nul 2>nul
if not errorlevel 1 (
  python -I "%~dp0install.py"
  goto done
)
echo No Python 3.11 was found. Install it for yourself alone (no administrator) and run this again;
echo name one elsewhere with FIELDKIT_PYTHON.
:done
pause
